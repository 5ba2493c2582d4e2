package nbexec

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"time"
)

// Options configures an execution.
type Options struct {
	Dir      string          // the notebook's folder, in which the cells run
	Timeout  time.Duration   // for each cell, 0: none
	Grace    time.Duration   // how long an interrupted cell may take to save its work, 0: 8 seconds
	Kill     <-chan struct{} // closing it stops all waiting
	Progress func(Event)     // called from one goroutine; may be nil
}

// Event reports a step of an execution.
type Event struct {
	Step    Step
	Cell    int           // 1 is the first code cell
	Cells   int           // number of code cells
	Line    string        // CellStarted: the cell's first line; CellWrote: the last line that it wrote
	Elapsed time.Duration // since the cell started
	Err     error         // CellFinished: nil or a *CellError
	Allowed bool          // CellFinished: the cell may fail with Err, and the next one runs
}

// Step is the kind of an Event.
type Step int

const (
	KernelReady Step = iota
	CellStarted
	CellWrote
	CellFinished
	CellSkipped
)

// Execute runs the notebook's code cells in order in a fresh kernel, and puts outputs and execution counts into nb.
// It stops at the first cell that fails, with a *CellError; nb then holds the outputs up to there. A cell with the
// tag raises-exception may fail, and a cell with the tag skip-execution is not run and keeps its outputs. A cell that
// asks for input fails, since nobody can answer, and programs find their standard input at its end. When ctx ends,
// Execute interrupts the running cell, and kills it if it does not stop within the grace period. It leaves no process
// and no temporary file behind.
func Execute(ctx context.Context, env *Environment, nb *Notebook, o Options) error {
	cells := nb.CodeCells()
	if err := nb.Runnable(); err != nil {
		return err
	}
	if o.Grace == 0 {
		o.Grace = 8 * time.Second
	}
	if o.Progress == nil {
		o.Progress = func(Event) {}
	}
	p, c, err := start(ctx, env, o.Dir)
	if err != nil {
		return err
	}
	e := &execution{Options: o, process: p, connection: c, recorder: newRecorder(), cells: len(cells)}
	o.Progress(Event{Step: KernelReady, Cells: len(cells)})

	if c.language != nil {
		nb.Metadata = maps.Clone(orEmpty(nb.Metadata))
		nb.Metadata["language_info"] = c.language // like Jupyter, which would otherwise change the file when it opens it
	}
	for _, cell := range nb.Cells {
		if !cell.tagged(skipTag) {
			cell.Outputs, cell.Count = nil, 0
		}
	}
	records := map[*Cell]*record{}
	for i, cell := range cells {
		if cell.tagged(skipTag) {
			o.Progress(Event{Step: CellSkipped, Cell: i + 1, Cells: e.cells, Line: cell.FirstLine()})
			continue
		}
		e.begin(i+1, cell)
		err = e.run(ctx, cell, records)
		allowed := err != nil && cell.tagged(raisesTag) && errors.Unwrap(err) == nil
		o.Progress(Event{Step: CellFinished, Cell: e.cell, Cells: e.cells, Elapsed: time.Since(e.started), Err: err, Allowed: allowed})
		if allowed {
			err = nil
		}
		if err != nil {
			break
		}
	}
	e.finish(err)
	for cell, record := range records {
		cell.Outputs = record.values()
	}
	return errors.Join(err, p.stop())
}

// execution is a running notebook.
type execution struct {
	Options
	*process
	*connection
	*recorder
	cell, cells int
	line        string
	started     time.Time
	proxySet    bool // a cell has set GOPROXY
}

var errTimeout = errors.New("timeout")

func (e *execution) begin(number int, cell *Cell) {
	e.cell, e.line, e.started = number, cell.FirstLine(), time.Now()
	e.Progress(Event{Step: CellStarted, Cell: number, Cells: e.cells, Line: e.line})
}

func (e *execution) fail(message string, cause error) error {
	return &CellError{Cell: e.cell, Line: e.line, Message: message, Err: cause}
}

// run executes one cell and waits until the kernel has answered and is idle again.
func (e *execution) run(ctx context.Context, cell *Cell, records map[*Cell]*record) error {
	code := cell.text()
	if asksForInput(code) {
		records[cell] = e.recorder.refuse(noInput)
		return e.fail(noInput, nil)
	}
	id, err := e.request(e.shell, "execute_request", map[string]any{"code": code, "silent": false, "store_history": true,
		"user_expressions": map[string]any{}, "allow_stdin": false, "stop_on_error": true})
	if err != nil {
		return e.fail(err.Error(), err)
	}
	e.proxySet = e.proxySet || setsProxy.MatchString(code)
	record := e.recorder.begin(id)
	records[cell] = record

	var reply struct {
		Status string
		Count  int      `json:"execution_count"`
		Value  string   `json:"evalue"`
		Trace  []string `json:"traceback"`
	}
	var (
		timeout, giveUp, again <-chan time.Time
		cancelled              = ctx.Done()
		cause                  error // why the cell was interrupted
		replied, idle          bool
	)
	if e.Timeout > 0 {
		timeout = time.After(e.Timeout)
	}
	// Interrupts are repeated, because GoNB forgets one that arrives while the cell is being compiled.
	interrupt := func(why error) {
		cause, cancelled, timeout = why, nil, nil
		e.request(e.control, "interrupt_request", struct{}{})
		giveUp, again = time.After(e.Grace), time.Tick(500*time.Millisecond)
	}
	for !replied || !idle {
		select {
		case m := <-e.messages:
			if m.channel == "iopub" && m.kind == "status" && m.parent == id {
				var status struct {
					State string `json:"execution_state"`
				}
				err = decode(m.content, &status)
				idle = status.State == "idle"
			} else if m.channel == "iopub" {
				var text string
				text, err = e.take(m)
				e.tell(text)
			} else if m.kind == "execute_reply" && m.parent == id {
				err = decode(m.content, &reply)
				cell.Count, replied = reply.Count, true
			}
			if errors.Is(err, errTooMuch) {
				return e.fail(err.Error(), err)
			}
			if err != nil {
				return e.fail("the kernel sent a message that cannot be read: "+err.Error(), err)
			}
		case <-cancelled:
			interrupt(ctx.Err())
		case <-timeout:
			interrupt(errTimeout)
		case <-again:
			e.request(e.control, "interrupt_request", struct{}{})
		case <-giveUp:
			return e.stopped(cause, ", and killed because it did not stop")
		case <-e.Kill:
			return e.stopped(context.Canceled, ", and killed")
		case <-e.exited:
			return e.fail(e.ended().Error(), e.ended())
		}
	}
	switch {
	case cause != nil:
		return e.stopped(cause, "")
	case reply.Status != "ok":
		return e.fail(failureMessage(reply.Value, reply.Trace, record.written, e.proxySet), nil)
	}
	if quiet := quietFailure(code, record.written, e.proxySet); quiet != "" {
		return e.fail(quiet, nil)
	}
	return nil
}

// stopped returns the error of an interrupted cell.
func (e *execution) stopped(cause error, how string) error {
	if cause == errTimeout {
		return e.fail(fmt.Sprintf("interrupted after %v, the time allowed for a cell%s", e.Timeout, how), cause)
	}
	return e.fail("interrupted"+how, cause)
}

// tell reports the last line of the cell's output.
func (e *execution) tell(text string) {
	if line := lastLines(plainText(text), 1); line != "" {
		e.Progress(Event{Step: CellWrote, Cell: e.cell, Cells: e.cells, Line: line, Elapsed: time.Since(e.started)})
	}
}

// finish collects late outputs and asks the kernel to exit, unless something went wrong.
func (e *execution) finish(failed error) {
	defer e.close()
	var cell *CellError
	if errors.As(failed, &cell) && cell.Err != nil {
		return
	}
	for late := time.After(50 * time.Millisecond); ; {
		select {
		case m := <-e.messages:
			if m.channel == "iopub" {
				e.take(m)
			}
			continue
		case <-late:
		}
		break
	}
	if _, err := e.request(e.control, "shutdown_request", map[string]bool{"restart": false}); err != nil {
		return
	}
	select { // the sockets stay open until the request is sent
	case <-e.exited:
	case <-e.Kill:
	case <-time.After(3 * time.Second):
	}
}
