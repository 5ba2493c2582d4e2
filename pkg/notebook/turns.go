package notebook

import (
	"context"
	"math"
	"sync"
)

// turns lets one of several trainings work at a time: the one that has done the smallest share of its steps, so that all end at
// about the same time.
type turns struct {
	mu      sync.Mutex
	changed *sync.Cond
	shares  []float64 // of the steps that are done; infinite of a training that has ended
	stopped bool      // nobody waits any more
}

// newTurns returns the turns of trainings that have done these shares of their steps. When the context ends, nobody waits any
// more.
func newTurns(ctx context.Context, shares []float64) *turns {
	t := &turns{shares: shares}
	t.changed = sync.NewCond(&t.mu)
	context.AfterFunc(ctx, func() {
		t.mu.Lock()
		defer t.mu.Unlock()
		t.stopped = true
		t.changed.Broadcast()
	})
	return t
}

// wait waits for the turn of training i.
func (t *turns) wait(i int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for !t.stopped && t.next() != i {
		t.changed.Wait()
	}
}

// pass passes the turn on from training i, which has done a share of its steps by now.
func (t *turns) pass(i int, share float64) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.shares[i] = share
	t.changed.Broadcast()
}

// end passes the turn on from training i for good.
func (t *turns) end(i int) { t.pass(i, math.Inf(1)) }

// next returns the training whose turn it is.
func (t *turns) next() int {
	next := 0
	for i, share := range t.shares {
		if share < t.shares[next] {
			next = i
		}
	}
	return next
}
