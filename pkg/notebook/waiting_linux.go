package notebook

import (
	"time"

	"golang.org/x/sys/unix"
)

// birth returns the time at which a file was created, if its file system knows.
func birth(path string) (t time.Time, known bool) {
	var s unix.Statx_t
	err := unix.Statx(unix.AT_FDCWD, path, 0, unix.STATX_BTIME, &s)
	return time.Unix(s.Btime.Sec, int64(s.Btime.Nsec)), err == nil && s.Mask&unix.STATX_BTIME != 0
}
