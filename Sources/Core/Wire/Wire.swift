// Made with its first feature.
