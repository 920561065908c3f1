"""The page that the device serves: to line the camera up, to run by, and to look back."""
