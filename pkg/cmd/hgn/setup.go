package main

import (
	"context"

	"hgn.local/pkg/nbexec"
	"hgn.local/pkg/progress"
)

// prepare makes a kernel environment for the checkout around the working directory: it builds the tools and compiles the
// packages that cells use. With warm caches it takes well under a second.
func prepare(ctx context.Context, r *progress.Writer) (*nbexec.Environment, error) {
	root, err := nbexec.FindRoot(".")
	if err != nil {
		return nil, err
	}
	tools, err := nbexec.FindTools(root)
	if err != nil {
		return nil, err
	}
	defer r.End("")
	if err := tools.Build(ctx, root, func(line string) { r.End("done"); r.Begin(line) }); err != nil {
		return nil, err
	}
	r.End("done")
	backend, err := cellsRunOn(r)
	if err != nil {
		return nil, err
	}
	env := &nbexec.Environment{Root: root, Tools: tools}
	if !isXLA(backend) { // cells with XLA choose their device themselves
		env.NoXLA, env.Backend = true, backend
	}
	r.Begin("compiling the packages that cells use")
	if err := env.Warm(ctx); err != nil {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		r.End("failed")
		r.Say("warning: %s", progress.Clip(oneLine(err.Error()), 300)) // the cells that need the package will report it
	}
	r.End("done")
	return env, nil
}
