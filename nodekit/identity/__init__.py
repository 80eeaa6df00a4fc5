"""Who works here: accounts, posts, sessions. Promise: a revoked officer is out with the next request. Never: a password or session id in clear in the database."""
