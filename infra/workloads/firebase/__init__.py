"""What is deployed to Firebase: rules of database and storage, and the length of sessions."""
