"""What reading one message may cost, and why."""

MB = 1_000_000

# Memory of a reader in all, as the system counts it (address space). A bare reader
# has about 60 MB; the largest table that we read needs about as much again.
MEMORY = 300 * MB

# Seconds that a message may take among others. Nearly all need a few milliseconds;
# what takes longer is put aside, so that the others wait no longer than this.
QUICK_SECONDS = 0.5
# Seconds for a message that was put aside and is read alone. Both together are 5.
ALONE_SECONDS = 4.5
# On a machine that is busy with other things a message gets its seconds of computing
# time, but waits no longer than so many times as long.
BUSY_FACTOR = 4

# A reader whose owner was killed stops by itself after so many seconds of work.
ORPHAN_SECONDS = 6

# Starting takes about 0.3 s; on a machine that is short of everything far longer.
START_SECONDS = 30

# Readers at once in one process of the server; each is started when needed.
READERS = 2
# A reader that has nothing to do is ended after so many seconds.
IDLE_SECONDS = 60
# A reader is replaced after so many messages or when it has grown to so much: what
# libraries keep for good must not add up.
MESSAGES = 5_000
GROWN = 180 * MB

# The largest answer: a table of 20 MB cut into orders that repeat its headings.
# A reader that was taken over can't fill the server's memory.
ANSWER = 120 * MB
