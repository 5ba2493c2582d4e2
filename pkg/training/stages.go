package training

// Staged is a Task whose steps differ in cost, such as those of a curriculum. So the time left can be predicted.
type Staged interface {
	Task
	// Stage returns a comparable value that is equal for steps of the same cost.
	Stage(step int) any
	// Work returns the cost of a step relative to others, or 0 while it is unknown. It is the same for all steps of a
	// stage.
	Work(step int) float64
	// Compiles says which program a step has to compile first, or returns "".
	Compiles(step int) string
}

// span is a run of steps of one stage, counted from 0: from up to until-1.
type span struct{ from, until int }

// spans divides the steps into runs of the same stage.
func spans(t Task) []span {
	staged, ok := t.(Staged)
	if !ok {
		return []span{{0, t.Steps()}}
	}
	var out []span
	for step, last := 0, any(nil); step < t.Steps(); step++ {
		if stage := staged.Stage(step); step == 0 || stage != last {
			out, last = append(out, span{step, step}), stage
		}
		out[len(out)-1].until = step + 1
	}
	return out
}

// rest lists the stretches that the training still has to do.
func (r *run) rest() []stretch {
	staged, ok := r.task.(Staged)
	var out []stretch
	for _, s := range r.spans {
		from := max(s.from, r.state.Step)
		if from >= s.until {
			if ok { // the work of later stages is relative to this one's
				out = append(out, stretch{stage: staged.Stage(s.from), work: staged.Work(s.from)})
			}
			continue
		}
		part := stretch{steps: s.until - from}
		if ok {
			part.stage, part.work, part.compiles = staged.Stage(from), staged.Work(from), staged.Compiles(from) != ""
		}
		out = append(out, part)
	}
	return out
}

// compiles announces the program that the next step has to compile, if any.
func (r *run) compiles() {
	if staged, ok := r.task.(Staged); ok {
		if what := staged.Compiles(r.state.Step); what != "" {
			r.pace.compiles()
			r.tell(Compiling, what)
		}
	}
}

// stage returns the stage of the step that was done last.
func (r *run) stage() any {
	if staged, ok := r.task.(Staged); ok {
		return staged.Stage(max(r.state.Step-1, 0))
	}
	return nil
}
