package points

import (
	"runtime"
	"sync"
)

// Chunks calls f for every run of at most size points of n, on as many goroutines as there are processors, and returns
// the error of the first chunk that had one. The chunks are the same on every machine.
func Chunks(n, size int, f func(chunk, from, n int) error) error {
	count := (n + size - 1) / size
	errs := make([]error, count)
	next := make(chan int)
	var workers sync.WaitGroup
	for range min(count, runtime.GOMAXPROCS(0)) {
		workers.Go(func() {
			for c := range next {
				errs[c] = f(c, c*size, min(size, n-c*size))
			}
		})
	}
	for c := range count {
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
