// Made with the server.
