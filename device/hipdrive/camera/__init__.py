"""Where frames come from: the Pi's camera, a video file, a folder of frames."""
