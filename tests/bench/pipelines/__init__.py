"""Four ways from one database to another, each as two processes of its own."""
