package runs

import (
	"hgn.local/kernels_xla/device"
)

// Untrained builds the run's model with the initial values of its seed. Its store holds every variable of the model,
// and none that only a training has.
func (r *Run) Untrained(d *device.Device) (Model, error) {
	k, err := kindOf(r.Model)
	if err != nil {
		return nil, err
	}
	m, err := k.build(d, r.Params, r.Data, nil)
	if err != nil {
		return nil, err
	}
	m.Check() // makes the variables, and says that they were missing
	return m, m.Check()
}
