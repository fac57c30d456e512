"""Laying a ballot out on paper: blocks, lists, frames and words, page after page, in mm."""
