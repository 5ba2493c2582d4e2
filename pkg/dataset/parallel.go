package dataset

import (
	"context"
	"runtime"
	"sync"
)

// each calls do(0), ..., do(n-1), in this order but on all cores at once, and returns the first error or the cause
// for which ctx ended. After either it starts no further call.
//
// progress, if not nil, is called from time to time, never twice at once, with the number of finished calls.
func each(ctx context.Context, n int, progress func(done, total int), do func(i int) error) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var (
		workers sync.WaitGroup
		mu      sync.Mutex // guards next, done and calls of progress
		next    int
		done    int
		every   = max(1, n/200)
	)
	take := func() int {
		mu.Lock()
		defer mu.Unlock()
		next++
		return next - 1
	}
	for range min(n, runtime.GOMAXPROCS(0)) {
		workers.Go(func() {
			for i := take(); i < n && ctx.Err() == nil; i = take() {
				if err := do(i); err != nil {
					cancel(err)
					return
				}
				mu.Lock()
				if done++; progress != nil && (done%every == 0 || done == n) {
					progress(done, n)
				}
				mu.Unlock()
			}
		})
	}
	workers.Wait()
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return nil
}
