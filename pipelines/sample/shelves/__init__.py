"""What lies on whose shelf: each module says which files a replica of the ministry holds, and what is true of them."""
