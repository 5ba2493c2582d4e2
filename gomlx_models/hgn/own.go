package hgn

import (
	"maps"
	"slices"
	"sync"

	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"

	"hgn.local/gomlx_models/params"
	"hgn.local/kernels_xla/phase"
)

// Hamiltonian builds a form of H(q, p). It may use the model's Latent, Place and Potential. It makes its variables in
// scope, and makes every constant and variable that the energy needs before it returns, since integration calls the
// energy many times and differentiates it.
type Hamiltonian = func(m *Model, scope *model.Scope) phase.Hamiltonian

// Decoder draws frames: q [n, d] -> pixels in (0, 1), [n, Size·Size·3], row by row from the top, red, green and blue of
// one pixel after the other. It makes its variables in scope. q is raw: use m.Latent().Embed for the sines and cosines
// of angles.
type Decoder = func(m *Model, scope *model.Scope, q *Node) *Node

// own holds what DefineHamiltonian and DefineDecoder have made known.
var own = struct {
	sync.Mutex
	decoders map[string]Decoder
}{decoders: map[string]Decoder{}}

// DefineHamiltonian makes a form of H of your own known by a name, for Params.Hamiltonian. A run keeps the name alone,
// so whoever opens it must define the same form before; a form that changes deserves another name.
func DefineHamiltonian(name string, h Hamiltonian) error {
	own.Lock()
	defer own.Unlock()
	if name == "" || name == AutoHamiltonian || slices.Contains(builtInHamiltonians, name) {
		return params.Errorf("a Hamiltonian of your own needs a name of its own, not %q", name)
	}
	hamiltonians[name] = h
	return nil
}

// builtInHamiltonians lists the forms of H that need no definition.
var builtInHamiltonians = slices.Sorted(maps.Keys(hamiltonians))

// hamiltonianNamed returns a form of H by its name.
func hamiltonianNamed(name string) (h Hamiltonian, ok bool) {
	own.Lock()
	defer own.Unlock()
	h, ok = hamiltonians[name]
	return h, ok
}

// DefineDecoder makes a decoder of your own known by a name, for Params.Decoder, as DefineHamiltonian does.
func DefineDecoder(name string, d Decoder) error {
	own.Lock()
	defer own.Unlock()
	if name == "" {
		return params.Errorf("a decoder of your own needs a name")
	}
	own.decoders[name] = d
	return nil
}

func decoderNamed(name string) (d Decoder, ok bool) {
	own.Lock()
	defer own.Unlock()
	d, ok = own.decoders[name]
	return d, ok
}

// validateOwn checks the parts that may be the user's own.
func (p Params) validateOwn() error {
	if _, ok := hamiltonianNamed(p.Hamiltonian); !ok && p.Hamiltonian != AutoHamiltonian {
		return params.Errorf("unknown hamiltonian %q: choose one of %s, %v, or define one of your own by this name first", p.Hamiltonian, AutoHamiltonian, builtInHamiltonians)
	}
	if _, ok := decoderNamed(p.Decoder); !ok && p.Decoder != "" {
		return params.Errorf("unknown decoder %q: define one of your own by this name first, or leave it out for that of the architecture", p.Decoder)
	}
	return nil
}

// ownDecoder is an architecture with a decoder of the user's own.
type ownDecoder struct {
	architecture
	m       *Model
	decoder Decoder
}

func (o ownDecoder) draw(scope *model.Scope, q *Node) *Node { return o.decoder(o.m, scope, q) }

func (o ownDecoder) pixelError(scope *model.Scope, q, target *Node) *Node {
	return ReduceAllMean(Square(Sub(o.draw(scope, q), target)))
}
