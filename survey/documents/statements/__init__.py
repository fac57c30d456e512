"""Reports of those rated (述职报告) as people bring them: PDF and Word files, many in one ZIP file."""
