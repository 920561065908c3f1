"""hipdrive as a library: floats, seconds, degrees. `import hipdrive` offers all of it by name."""
