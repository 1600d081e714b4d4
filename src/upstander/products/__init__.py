"""What the network publishes: drafts whose paragraphs are marked, a second person's review, release for each level, recall."""
