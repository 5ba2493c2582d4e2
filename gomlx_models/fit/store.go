package fit

import (
	"fmt"

	"github.com/gomlx/gomlx/ml/model"

	"hgn.local/gomlx_models/nets"
)

// NewStore makes the empty store of a model and sets the seed of its initial weights.
func NewStore(seed uint64) *model.Store {
	store := model.NewStore()
	store.SetParam(nets.SeedParam, seed)
	return store
}

// Parameters counts the trainable numbers in a store.
func Parameters(store *model.Store) int {
	n := 0
	for v := range store.IterVariables() {
		if v.Trainable {
			n += v.Shape().Size()
		}
	}
	return n
}

// CheckVariables fails if build makes variables that the store lacks, which happens when the store was loaded from
// another model.
func CheckVariables(store *model.Store, build func() error) error {
	before := store.NumVariables()
	if err := build(); err != nil {
		return err
	}
	if n := store.NumVariables() - before; n > 0 {
		return fmt.Errorf("%d of its variables are missing", n)
	}
	return nil
}
