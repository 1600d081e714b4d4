"""Nothing above somebody's level leaves by any way: attacked by batches, each of many drafts against many members."""
