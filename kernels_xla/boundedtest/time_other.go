//go:build !unix

package boundedtest

import "time"

var start = time.Now()

// processorTime returns the time since the start of this process, which is no less than its processor time on one core.
func processorTime() time.Duration { return time.Since(start) }
