package notebook

import (
	"sync"
	"time"

	"github.com/janpfeifer/gonb/gonbui"

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

// sayEvery is the time between the status lines on stdout, for those who run the notebook without seeing it. Tests shorten it.
var sayEvery = 5 * time.Second

// live is the view of one training, or of several side by side: one picture that is drawn again and again, and a line of
// text.
type live struct {
	title  string // of the picture
	folder string // of its file, where there is no notebook
	name   string // of that file
	quiet  bool   // there are no pictures
	parts  []*watched
	id     string // of the display
	quit   chan struct{}
	once   sync.Once // closes quit
	done   sync.WaitGroup

	mu      sync.Mutex // guards the next two fields, and what the parts say
	line    statusLine
	nextSay time.Time
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

// newLive returns the view of the training of a run.
func newLive(r *Run) (*live, error) {
	l := &live{title: "Training " + r.Name(), folder: r.Dir, name: "training", quiet: r.quiet, id: gonbui.UniqueId(), quit: make(chan struct{})}
	return l, l.add(r)
}

// add makes the training of a run a part of the view.
func (l *live) add(r *Run) error {
	s, err := r.scene()
	l.parts = append(l.parts, &watched{view: l, run: r, scene: s})
	return err
}

// start begins to draw, on another goroutine than the training. The picture comes first, and all text after it.
func (l *live) start() {
	if !inNotebook || l.quiet {
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

// end shows how the training, or all of them, has ended.
func (l *live) end() error {
	l.stop()
	if l.quiet {
		return nil
	}
	return l.draw()
}

// tick renews the time of what is under way.
func (l *live) tick() {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, w := range l.parts {
		if w.doing != "" {
			l.line.set(l.text())
			return
		}
	}
}

// waitToSay leaves the line as it is for a while.
func (l *live) waitToSay() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.nextSay = time.Now().Add(l.line.every())
}

// text returns the text of the moment. The caller holds the lock.
func (l *live) text() string {
	if len(l.parts) == 1 {
		return l.parts[0].now()
	}
	return l.textOfAll()
}

// draw displays the view as it is now.
func (l *live) draw() error {
	p, err := l.picture()
	if err != nil {
		return err
	}
	alt := l.parts[0].scene.alt()
	if len(l.parts) > 1 {
		alt = altOfAll
	}
	if inNotebook {
		return send(p, alt, l.id)
	}
	return showPicture(l.folder, l.name, alt, p)
}

func (l *live) picture() (*plots.Picture, error) {
	var logs []training.Log
	for _, w := range l.parts {
		log, err := training.ReadLog(w.run.Dir)
		if err != nil { // before the first step there is none
			log = training.Log{}
		}
		logs = append(logs, log)
	}
	l.mu.Lock()
	status := l.caption()
	l.mu.Unlock()
	if len(l.parts) > 1 {
		return l.pictureOfAll(status, logs)
	}
	return l.parts[0].scene.picture(l.title, status, logs[0])
}

// caption returns the text in the picture. The caller holds the lock.
func (l *live) caption() string {
	if len(l.parts) == 1 {
		return l.parts[0].now()
	}
	return l.leftOfAll()
}
