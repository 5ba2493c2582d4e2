package notebook

import (
	"fmt"
	"sync"
	"time"

	"github.com/janpfeifer/gonb/gonbui"

	"hgn.local/gomlx_models/fit"
	"hgn.local/pkg/plots"
	"hgn.local/pkg/runs"
	"hgn.local/pkg/training"
)

// The live view is redrawn, and its example renewed, at most this often, and each takes at most one costShare-th of the
// time. Tests shorten these.
var (
	drawEvery                  = 2 * time.Second
	previewEvery               = 4 * time.Second
	costShare    time.Duration = 30
)

// sayEvery is the time between the status lines on stdout, for those who run the notebook without seeing it.
const sayEvery = 5 * time.Second

// live is the view of a running training: one picture that is drawn again and again, and a line of text.
type live struct {
	run   *Run
	scene trainingView
	id    string // of the display
	quit  chan struct{}
	once  sync.Once // closes quit
	done  sync.WaitGroup

	mu     sync.Mutex // guards the next four fields
	status string
	doing  string // what is under way instead of steps, such as compiling; "": nothing
	since  time.Time
	line   statusLine

	// The next three belong to the training's goroutine, and after the training to whoever waited for it.
	model       runs.Model
	nextPreview time.Time
	nextSay     time.Time
}

// trainingView shows the part of a training that depends on what is learned: videos, or densities.
type trainingView interface {
	// getting says what happens while the training data are made or read.
	getting() string
	// describe says how far the training is.
	describe(e training.Event) string
	// renew updates the example with the current model. Only the training's goroutine calls it.
	renew(m runs.Model) error
	// picture draws the curve so far, which is missing before the first step, and the example. Other goroutines call
	// it.
	picture(title, status string, log training.Log) (*plots.Picture, error)
	// alt describes the picture in words.
	alt() string
	// trained displays the curve and an example of a trained run.
	trained() error
	// measures displays how good the model is; short selects a short list, as after a training.
	measures(short bool) error
}

// scene returns the view that suits the run's data.
func (r *Run) scene() (trainingView, error) {
	if r.OfDensity() {
		return newPointScene(r)
	}
	return newVideoScene(r)
}

func newLive(r *Run) (*live, error) {
	s, err := r.scene()
	return &live{run: r, scene: s, id: gonbui.UniqueId(), quit: make(chan struct{})}, err
}

// start begins to draw, on another goroutine than the training. The picture comes first, and all text after it.
func (l *live) start() {
	if !inNotebook || l.run.quiet {
		return
	}
	l.draw() // an error occurs again, and is returned, at the end
	flush()
	l.done.Go(func() {
		for {
			select {
			case <-l.quit:
				return
			case <-time.After(l.line.every()):
				l.tick()
			}
		}
	})
	l.done.Go(func() {
		wait := drawEvery / 4
		for {
			select {
			case <-l.quit:
				return
			case <-time.After(wait):
			}
			began := time.Now()
			l.draw()
			wait = max(drawEvery, costShare*time.Since(began))
		}
	})
}

// stop ends the drawing beside the training.
func (l *live) stop() {
	l.once.Do(func() { close(l.quit) })
	l.done.Wait()
}

// finish shows the end: the last example, the whole curve, and text.
func (l *live) finish(text string) error {
	if !l.run.quiet && l.model != nil {
		if err := l.scene.renew(l.model); err != nil {
			return err
		}
	}
	return l.breakOff(text)
}

// breakOff shows the end of a training that has stopped early: the curve, the example as it is, and text. It does no more
// than that, because a kernel kills an interrupted cell after 5 seconds.
func (l *live) breakOff(text string) error {
	if l.run.quiet {
		text = l.run.drawn.Label + ": " + text
	}
	l.tell("%s", text)
	if l.run.quiet {
		return nil
	}
	return l.draw()
}

// observe receives the training's events.
func (l *live) observe(e training.Event) {
	switch e.Kind {
	case training.Compiling:
		l.begin("compiling " + e.Message)
	case training.Started:
		if e.Message != "" {
			l.say(e.Message)
		}
	case training.Restarted:
		l.say(fmt.Sprintf("attempt %d begins: %s", e.Attempt+1, e.Message))
		l.nextSay = time.Now().Add(l.line.every())
	case training.Progress:
		l.progress(l.scene.describe(e))
	}
}

// preview renews the example from time to time, with the model under training.
func (l *live) preview(trained runs.Model, _ int) {
	l.model = trained
	if !inNotebook || l.run.quiet || time.Now().Before(l.nextPreview) {
		return
	}
	began := time.Now()
	if err := l.scene.renew(trained); err != nil {
		l.nextPreview = began.Add(time.Hour) // it will not work in four seconds either; finish returns the error
		return
	}
	l.nextPreview = began.Add(max(previewEvery, costShare*time.Since(began)))
}

// say puts text into the picture, and into the line below it.
func (l *live) say(text string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.status, l.doing = text, ""
	l.line.set(text)
}

// begin says what is under way; its time is shown until something else is said.
func (l *live) begin(what string) {
	l.say(what)
	l.mu.Lock()
	defer l.mu.Unlock()
	l.doing, l.since = what, time.Now()
}

// tick renews the time of what is under way.
func (l *live) tick() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.doing != "" {
		l.line.set(l.now())
	}
}

// now returns the text of the moment. The caller holds the lock.
func (l *live) now() string {
	if l.doing == "" {
		return l.status
	}
	return fmt.Sprintf("%s, %d s", l.doing, int(time.Since(l.since).Seconds()))
}

// tell says something that stays.
func (l *live) tell(format string, args ...any) {
	l.say(fmt.Sprintf(format, args...))
	l.mu.Lock()
	defer l.mu.Unlock()
	l.line.keep()
}

// progress does what say does, but writes the line only from time to time.
func (l *live) progress(text string) {
	if now := time.Now(); now.After(l.nextSay) {
		l.nextSay = now.Add(l.line.every())
		l.say(text)
		return
	}
	l.mu.Lock()
	l.status, l.doing = text, ""
	l.mu.Unlock()
}

// draw displays the view as it is now.
func (l *live) draw() error {
	l.mu.Lock()
	status := l.now()
	l.mu.Unlock()
	log, err := training.ReadLog(l.run.Dir)
	if err != nil { // before the first step there is none
		log = training.Log{}
	}
	p, err := l.scene.picture("Training "+l.run.Name(), status, log)
	if err != nil {
		return err
	}
	if inNotebook {
		return send(p, l.scene.alt(), l.id)
	}
	return showPicture(l.run.Dir, "training", l.scene.alt(), p)
}

// progressOf says how far a training is, and how long it will take.
func progressOf(e training.Event) string {
	text := fmt.Sprintf("step %d/%d", e.Step, e.Steps)
	if e.Attempt > 0 {
		text += fmt.Sprintf(", attempt %d", e.Attempt+1)
	}
	if e.StepsPerSecond > 0 {
		text += fmt.Sprintf(", %.3g steps/s, %s left", e.StepsPerSecond, e.Left.Round(time.Second))
	}
	if norm, ok := e.Smoothed[fit.GradientNorm]; ok {
		text += fmt.Sprintf("; gradient %.2g", norm)
	}
	return text
}
