"""Reports of those rated (述职报告) as files: whose each of them is."""
