package training

import "time"

// Kind says what an Event reports.
type Kind int

// The kinds of events. A training begins with Started and ends with Finished, Interrupted or Failed.
const (
	Started      Kind = iota // Message: whether and from where it continues a checkpoint
	Progress                 // a step is done; at most one in Options.EventEvery
	Checkpointed             // a checkpoint is on disk
	Restarted                // a new attempt begins; Message: the RestartPolicy's reason
	Interrupted              // the context was cancelled
	Finished                 // all steps are done
	Failed                   // Message: the error
	Compiling                // the next step first compiles a program; Message: which
)

func (k Kind) String() string {
	return [...]string{"started", "progress", "checkpointed", "restarted", "interrupted", "finished", "failed", "compiling"}[k]
}

// Event reports the state of a training.
type Event struct {
	Kind           Kind
	Step, Steps    int           // steps done in this attempt, and in all
	Attempt        int           // from 0
	Losses         Losses        // of the last step; nil before the first
	Smoothed       Losses        // running means
	Elapsed        time.Duration // since the beginning, including the time before resuming
	HeldOut        *float64      // the last measure of the held-out data; nil before the first; see Examined
	Left           time.Duration // for the steps that are left, see Staged; 0 if it is unknown
	StepsPerSecond float64       // the present pace; 0 if it is unknown
	Ended          int           // as in Summary
	Message        string
}

// Options configures a training.
type Options struct {
	Dir             string        // the run folder; it is made if it is missing
	CheckpointEvery time.Duration // 0: 30 seconds; a checkpoint is always written at the end and on interrupt
	EventEvery      time.Duration // least time between progress events; 0: 250 ms
	Model           string        // names what is trained, so that a checkpoint of another model is detected
	Resume          bool          // continue from the folder's checkpoint, or begin if there is none
	Observe         []func(Event) // called in order, one event at a time

	// Turn is called before each step, and once before the end, with the number of steps that are done. It may wait for
	// other trainings: the time that it takes does not count. nil: the training does not wait.
	Turn func(step, steps int)

	// Of an Examined task. A resumed training goes on with what it began with.
	Best      bool // the result is the state with the least held-out measure of the last stage
	StopEarly int  // the same, and the training ends after this many measurements without a better one; 0: never
}

// Summary is the result of a training that has ended.
type Summary struct {
	Steps             int     // done
	Attempt           int     // from 0
	Seconds           float64 // including the time before resuming
	StepSecondsMedian float64 // without the first step, which compiles the programs
	StepSecondsTotal  float64 // of all steps of all attempts, including compiling; see Clocked; 0 means unknown
	Loss              float64 // of the last step
	Smoothed          Losses  // running means at the end
	Interrupted       bool
	Ended             int      // the step after which the training ended early, or with an earlier step as its best; 0: neither
	HeldOut           *float64 // the last measure of the held-out data, or that of the best step
}
