"""What papers need and no host has everywhere: bar codes as bitmaps, the order in
which one walks by the bins, numbers as one writes them by hand."""
