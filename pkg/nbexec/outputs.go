package nbexec

import (
	"fmt"
	"regexp"
	"strings"
)

// recorder turns the messages of an execution into outputs, like a notebook front end.
type recorder struct {
	cells    map[string]*record   // msg_id of the execute_request -> its record
	displays map[string][]*Output // display_id -> the outputs that show it, in any cell
	limit    int                  // largest number of bytes of output in a cell
}

// record holds the output of one cell so far.
type record struct {
	outputs []*Output
	stream  strings.Builder // text so far of a stream that is the last output
	clear   bool            // clear_output(wait=true): the next output replaces the present ones
	written []string        // the messages on stderr one by one: the kernel's own remarks are messages of their own
	size    int             // bytes of the messages kept in outputs
	said    int             // bytes in written
}

// maxOutput is the number of bytes of output at which a cell is stopped.
const maxOutput = 256 << 20

var errTooMuch = fmt.Errorf("the cell put out more than %d MiB, which a notebook cannot hold", maxOutput>>20)

func newRecorder() *recorder {
	return &recorder{cells: map[string]*record{}, displays: map[string][]*Output{}, limit: maxOutput}
}

// begin opens the record of a request.
func (r *recorder) begin(id string) *record {
	r.cells[id] = &record{}
	return r.cells[id]
}

// refuse returns the record of a cell that is not sent to the kernel.
func (r *recorder) refuse(why string) *record {
	return &record{outputs: []*Output{{Kind: ErrorOutput, ErrorName: "ERROR", ErrorValue: why, Traceback: []string{why}}}}
}

// take records an iopub message with its cell, which may be an earlier one. It returns the text written to a stream,
// if any.
func (r *recorder) take(m message) (written string, err error) {
	cell := r.cells[m.parent]
	if cell == nil {
		return "", nil
	}
	if m.kind != "update_display_data" { // an update replaces another output
		cell.size += len(m.content)
	}
	if cell.size+cell.said > r.limit || len(m.content) > r.limit {
		return "", errTooMuch
	}
	switch m.kind {
	case "stream":
		var s struct{ Name, Text string }
		if err := decode(m.content, &s); err != nil {
			return "", err
		}
		if s.Name == "stderr" {
			cell.written = append(cell.written, s.Text)
			cell.said += len(s.Text)
		}
		if n := len(cell.outputs); n == 0 || cell.clear || cell.outputs[n-1].Kind != StreamOutput || cell.outputs[n-1].Name != s.Name {
			cell.add(&Output{Kind: StreamOutput, Name: s.Name})
		}
		cell.stream.WriteString(s.Text)
		return s.Text, nil

	case "display_data", "execute_result", "update_display_data":
		var d struct {
			Data, Metadata map[string]any
			Count          int `json:"execution_count"`
			Transient      struct {
				ID string `json:"display_id"`
			}
		}
		if err := decode(m.content, &d); err != nil {
			return "", err
		}
		if m.kind == "update_display_data" {
			for _, shown := range r.displays[d.Transient.ID] {
				shown.Data, shown.Metadata = joinLines(d.Data), d.Metadata
			}
			return "", nil
		}
		out := &Output{Kind: m.kind, Data: joinLines(d.Data), Metadata: d.Metadata, Count: d.Count}
		if d.Transient.ID != "" {
			r.displays[d.Transient.ID] = append(r.displays[d.Transient.ID], out)
		}
		cell.add(out)

	case "error":
		var e struct {
			Name      string   `json:"ename"`
			Value     string   `json:"evalue"`
			Traceback []string `json:"traceback"`
		}
		if err := decode(m.content, &e); err != nil {
			return "", err
		}
		cell.add(&Output{Kind: ErrorOutput, ErrorName: e.Name, ErrorValue: e.Value, Traceback: e.Traceback})

	case "clear_output":
		var c struct{ Wait bool }
		if err := decode(m.content, &c); err != nil {
			return "", err
		}
		if c.Wait {
			cell.clear = true
		} else {
			cell.drop()
		}
	}
	return "", nil
}

func (c *record) add(o *Output) {
	if c.clear {
		c.drop()
	}
	c.close()
	c.outputs = append(c.outputs, o)
}

// close stores the text of the open stream.
func (c *record) close() {
	if c.stream.Len() > 0 {
		c.outputs[len(c.outputs)-1].Text += c.stream.String()
		c.stream.Reset()
	}
}

func (c *record) drop() {
	c.outputs, c.clear, c.size = nil, false, 0
	c.stream.Reset()
}

// values returns a copy of the present outputs.
func (c *record) values() []Output {
	c.close()
	outs := make([]Output, len(c.outputs))
	for i, o := range c.outputs {
		outs[i] = *o
	}
	return outs
}

var escapeSequence = regexp.MustCompile(`\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(\x07|\x1b\\)|\x1b[@-_]`)

// plainText drops terminal escape sequences and applies carriage returns, so that the text reads as a terminal
// finally shows it.
func plainText(s string) string {
	s = strings.ReplaceAll(escapeSequence.ReplaceAllString(s, ""), "\r\n", "\n")
	if !strings.Contains(s, "\r") {
		return s
	}
	lines := strings.Split(s, "\n")
	for i, line := range lines {
		line = strings.TrimRight(line, "\r")
		lines[i] = line[strings.LastIndex(line, "\r")+1:]
	}
	return strings.Join(lines, "\n")
}
