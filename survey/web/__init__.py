"""The pages: voter, admin and public, three sets that share nothing but macros."""
