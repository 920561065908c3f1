"""Key points that other programs made: OpenPose, MMPose, TRC, C3D."""
