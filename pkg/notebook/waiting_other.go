//go:build !linux

package notebook

import "time"

// birth does not know the time at which a file was created.
func birth(string) (t time.Time, known bool) { return t, false }
