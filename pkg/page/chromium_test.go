package page

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// chromium is a browser without a window, which takes commands of the DevTools protocol on a pipe.
type chromium struct {
	t       *testing.T
	to      io.Writer
	session string // of the frame that commands go to
	outer   string // of the page

	mu      sync.Mutex
	next    int
	waiting map[int]chan answer
	events  []event // of the page: requests, errors
}

type answer struct {
	Result json.RawMessage
	Error  *struct{ Message string }
}

type event struct {
	Method string
	Params json.RawMessage
}

// browse opens a file in Chromium. It skips the test where there is none.
func browse(t *testing.T, file, fragment string) *chromium {
	t.Helper()
	var program string
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			program = path
			break
		}
	}
	if program == "" {
		t.Skip("Chromium is not installed, so that the page is not tried in a browser")
	}
	theirs, to, err := os.Pipe()
	ok(t, err)
	from, theirsToo, err := os.Pipe()
	ok(t, err)
	c := exec.Command(program, "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run", "--remote-debugging-pipe", "--user-data-dir="+filepath.Join(t.TempDir(), "profile"), "about:blank")
	c.ExtraFiles = []*os.File{theirs, theirsToo} // 3 and 4
	ok(t, c.Start())
	theirs.Close()
	theirsToo.Close()
	b := &chromium{t: t, to: to, waiting: map[int]chan answer{}}
	t.Cleanup(func() {
		to.Close() // ends the browser
		done := make(chan struct{})
		go func() { c.Wait(); close(done) }()
		select {
		case <-done:
		case <-time.After(10 * time.Second):
			c.Process.Kill()
			<-done
		}
		from.Close()
	})
	go b.listen(from)
	var target struct{ TargetID, SessionID string }
	b.call(&target, "Target.createTarget", map[string]any{"url": "about:blank"})
	b.call(&target, "Target.attachToTarget", map[string]any{"targetId": target.TargetID, "flatten": true})
	b.session, b.outer = target.SessionID, target.SessionID
	for _, domain := range []string{"Page", "Runtime", "Log", "Network"} {
		b.call(nil, domain+".enable", nil)
	}
	b.call(nil, "Target.setAutoAttach", map[string]any{"autoAttach": true, "waitForDebuggerOnStart": false, "flatten": true})
	b.call(nil, "Page.navigate", map[string]any{"url": "file://" + file + fragment})
	b.until("document.readyState === 'complete' && location.href !== 'about:blank'")
	return b
}

func (b *chromium) listen(from io.Reader) {
	r := bufio.NewReaderSize(from, 1<<20)
	for {
		text, err := r.ReadBytes(0)
		if err != nil {
			return
		}
		var m struct {
			ID int
			event
			answer
		}
		if json.Unmarshal(text[:len(text)-1], &m) != nil {
			continue
		}
		b.mu.Lock()
		if m.ID == 0 {
			b.events = append(b.events, m.event)
		} else if c := b.waiting[m.ID]; c != nil {
			c <- m.answer
		}
		b.mu.Unlock()
	}
}

// enter goes into the frame of the page, which has a process of its own.
func (b *chromium) enter() {
	b.t.Helper()
	for end := time.Now().Add(time.Minute); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
		b.mu.Lock()
		for _, e := range b.events {
			var p struct {
				SessionID  string
				TargetInfo struct{ Type string }
			}
			if e.Method == "Target.attachedToTarget" && json.Unmarshal(e.Params, &p) == nil && p.TargetInfo.Type == "iframe" {
				b.session = p.SessionID
			}
		}
		session := b.session
		b.mu.Unlock()
		if session != b.outer {
			for _, domain := range []string{"Runtime", "Log", "Network"} {
				b.call(nil, domain+".enable", nil)
			}
			return
		}
	}
	b.t.Fatal("the page has no frame")
}

// call sends a command and decodes its result.
func (b *chromium) call(result any, method string, params map[string]any) {
	b.t.Helper()
	c := make(chan answer, 1)
	b.mu.Lock()
	b.next++
	id := b.next
	b.waiting[id] = c
	b.mu.Unlock()
	message := map[string]any{"id": id, "method": method}
	if params != nil {
		message["params"] = params
	}
	if b.session != "" {
		message["sessionId"] = b.session
	}
	text, err := json.Marshal(message)
	ok(b.t, err)
	_, err = b.to.Write(append(text, 0))
	ok(b.t, err)
	select {
	case a := <-c:
		if a.Error != nil {
			b.t.Fatalf("%s: %s", method, a.Error.Message)
		}
		if result != nil {
			ok(b.t, json.Unmarshal(a.Result, result))
		}
	case <-time.After(time.Minute):
		b.t.Fatalf("Chromium does not answer %s", method)
	}
}

// value evaluates an expression in the page.
func (b *chromium) value(expression string, result any) {
	b.t.Helper()
	var r struct {
		Result           struct{ Value json.RawMessage }
		ExceptionDetails *struct {
			Text      string
			Exception struct{ Description string }
		}
	}
	b.call(&r, "Runtime.evaluate", map[string]any{"expression": expression, "returnByValue": true})
	if r.ExceptionDetails != nil {
		b.t.Fatalf("%s: %s %s", expression, r.ExceptionDetails.Text, r.ExceptionDetails.Exception.Description)
	}
	if err := json.Unmarshal(r.Result.Value, result); err != nil {
		b.t.Fatalf("%s gives %s: %v", expression, r.Result.Value, err)
	}
}

// until waits for an expression to be true.
func (b *chromium) until(expression string) {
	b.t.Helper()
	for end := time.Now().Add(time.Minute); ; time.Sleep(50 * time.Millisecond) {
		var is bool
		if b.value("!!("+expression+")", &is); is {
			return
		}
		if time.Now().After(end) {
			b.t.Fatalf("not within a minute: %s", expression)
		}
	}
}

// drag moves the mouse with its button held from one place of the page to another.
func (b *chromium) drag(fromX, fromY, toX, toY float64) {
	b.t.Helper()
	send := func(kind string, x, y float64, buttons int) {
		b.call(nil, "Input.dispatchMouseEvent", map[string]any{"type": kind, "x": x, "y": y, "button": "left", "buttons": buttons, "clickCount": 1})
	}
	send("mousePressed", fromX, fromY, 1)
	send("mouseMoved", (fromX+toX)/2, (fromY+toY)/2, 1)
	send("mouseMoved", toX, toY, 1)
	send("mouseReleased", toX, toY, 0)
}

// touch drags a finger from one place of the page to another.
func (b *chromium) touch(fromX, fromY, toX, toY float64) {
	b.t.Helper()
	send := func(kind string, at ...map[string]float64) {
		if at == nil {
			at = []map[string]float64{}
		}
		b.call(nil, "Input.dispatchTouchEvent", map[string]any{"type": kind, "touchPoints": at})
	}
	send("touchStart", map[string]float64{"x": fromX, "y": fromY})
	for i := range 5 {
		f := float64(i+1) / 5
		send("touchMove", map[string]float64{"x": fromX + f*(toX-fromX), "y": fromY + f*(toY-fromY)})
	}
	send("touchEnd")
}

// key presses a key of a given name.
func (b *chromium) key(name string) {
	b.t.Helper()
	code := map[string]int{"ArrowLeft": 37, "ArrowUp": 38, "ArrowRight": 39, "ArrowDown": 40, "Home": 36}[name]
	for _, kind := range []string{"keyDown", "keyUp"} {
		b.call(nil, "Input.dispatchKeyEvent", map[string]any{"type": kind, "key": name, "code": name, "windowsVirtualKeyCode": code})
	}
}

// complaints lists what went wrong in the page, and the addresses that it asked for.
func (b *chromium) complaints() (all []string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, e := range b.events {
		var p struct {
			Request struct{ URL string }
			Entry   struct{ Level, Text string }
			Type    string
		}
		json.Unmarshal(e.Params, &p)
		switch {
		case e.Method == "Network.requestWillBeSent" && !strings.HasPrefix(p.Request.URL, "file://"):
			all = append(all, "asks for "+p.Request.URL)
		case e.Method == "Runtime.exceptionThrown", e.Method == "Log.entryAdded" && p.Entry.Level == "error":
			all = append(all, fmt.Sprintf("%s %s", e.Method, e.Params))
		}
	}
	return all
}

// screenshot writes a picture of the whole page into $HGN_SCREENSHOTS, if that is set.
func (b *chromium) screenshot(name string) {
	b.t.Helper()
	dir := os.Getenv("HGN_SCREENSHOTS")
	if dir == "" {
		return
	}
	var picture struct{ Data []byte }
	b.call(&picture, "Page.captureScreenshot", map[string]any{"captureBeyondViewport": true})
	ok(b.t, os.WriteFile(filepath.Join(dir, name+".png"), picture.Data, 0o644))
}
