package training

import "time"

// Kind is what an Event tells.
type Kind int

// The kinds of events. A training begins with Started and ends with Finished, Interrupted or Failed.
const (
	Started      Kind = iota // Message: whether and where it goes on from a checkpoint
	Progress                 // a step is done; at most one in Options.EventEvery
	Checkpointed             // a checkpoint is on disk
	Restarted                // a new attempt begins; Message: the RestartPolicy's reason
	Interrupted              // the context was cancelled
	Finished                 // all steps are done
	Failed                   // Message: the error
)

func (k Kind) String() string {
	return [...]string{"started", "progress", "checkpointed", "restarted", "interrupted", "finished", "failed"}[k]
}

// Event tells how a training stands.
type Event struct {
	Kind           Kind
	Step, Steps    int           // steps done in this attempt, and in all
	Attempt        int           // from 0
	Losses         Losses        // of the last step; nil before the first
	Smoothed       Losses        // running means
	Elapsed        time.Duration // since the beginning, whatever was before resuming included
	Left           time.Duration // at the present pace; 0 when that is unknown
	StepsPerSecond float64       // the present pace; 0 when it is unknown
	Message        string
}

// Options of a training.
type Options struct {
	Dir             string        // the run folder; it is made where there is none
	CheckpointEvery time.Duration // 0: 30 seconds; a checkpoint is written at the end and on interrupt in any case
	EventEvery      time.Duration // least time between progress events; 0: 250 ms
	Model           string        // what is trained, by which a checkpoint is known in another's place
	Resume          bool          // go on from the folder's checkpoint, or begin where there is none
	Observe         []func(Event) // called in order, one event at a time
}

// Summary of a training that has ended.
type Summary struct {
	Steps             int     // done
	Attempt           int     // from 0
	Seconds           float64 // whatever was before resuming included
	StepSecondsMedian float64 // without the first step, which compiles the programs
	StepSecondsTotal  float64 // of all steps of all attempts, compiling included; see Clocked; 0 is not known
	Loss              float64 // of the last step
	Smoothed          Losses  // running means at the end
	Interrupted       bool
}
