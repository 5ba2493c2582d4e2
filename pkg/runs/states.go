package runs

import (
	"context"

	"hgn.local/pkg/badinput"
)

// states fills the measures of a model that learned from states.
func (o *Report) states(_ context.Context, r *Run, _ Model) error {
	return badinput.Errorf("%s holds a model without videos", r.Dir)
}
