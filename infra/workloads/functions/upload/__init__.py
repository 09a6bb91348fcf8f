"""Issues a presigned URL for one upload."""
