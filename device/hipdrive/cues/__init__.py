"""What the runner sees and hears: LEDs and a buzzer, real or simulated."""
