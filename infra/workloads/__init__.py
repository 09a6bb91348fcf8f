"""What is deployed: Lambda sources, the GraphQL schema with its resolvers, Firebase rules."""

from pathlib import Path

FOLDER = Path(__file__).resolve().parent
