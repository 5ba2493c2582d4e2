package points

import (
	"runtime"
	"sync"
)

// Chunks splits n points into runs of at most size, calls f for each, and returns the error of the first run that
// failed. The first run is done alone, since it makes missing variables and compiled programs; the others share as
// many goroutines as there are processors.
func Chunks(n, size int, f func(from, n int) error) error {
	if err := f(0, min(size, n)); err != nil || n <= size {
		return err
	}
	count := (n + size - 1) / size
	errs, next := make([]error, count), make(chan int)
	var workers sync.WaitGroup
	for range min(count, runtime.GOMAXPROCS(0)) {
		workers.Go(func() {
			for c := range next {
				errs[c] = f(c*size, min(size, n-c*size))
			}
		})
	}
	for c := 1; c < count; c++ {
		next <- c
	}
	close(next)
	workers.Wait()
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
