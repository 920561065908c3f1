"""The landmark models of BlazePose."""
