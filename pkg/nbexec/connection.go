package nbexec

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"sync"
	"time"

	"github.com/go-zeromq/zmq4"
)

// connection is the client's side of the Jupyter messaging protocol 5: requests on shell and control, outputs on iopub.
// https://jupyter-client.readthedocs.io/en/stable/messaging.html
type connection struct {
	shell, control, iopub zmq4.Socket
	session               string
	key                   []byte
	sent                  int
	mu                    sync.Mutex // requests come from the execution and from an interrupt
	messages              chan message
	language              map[string]any // language_info, as the kernel reports it
}

// message is a message from the kernel.
type message struct {
	channel string // "shell", "control" or "iopub"
	kind    string // msg_type
	parent  string // msg_id of the request that it answers
	content json.RawMessage
}

// address is the connection file that the kernel reads.
type address struct {
	Transport       string `json:"transport"`
	IP              string `json:"ip"`
	SignatureScheme string `json:"signature_scheme"`
	Key             string `json:"key"`
	KernelName      string `json:"kernel_name"`
	Shell           int    `json:"shell_port"`
	IOPub           int    `json:"iopub_port"`
	Stdin           int    `json:"stdin_port"`
	Control         int    `json:"control_port"`
	Heartbeat       int    `json:"hb_port"`
}

// newAddress draws a key and five free ports on the loopback interface.
func newAddress() (address, error) {
	a := address{Transport: "tcp", IP: "127.0.0.1", SignatureScheme: "hmac-sha256", Key: rand.Text(), KernelName: SpecName}
	for _, port := range []*int{&a.Shell, &a.IOPub, &a.Stdin, &a.Control, &a.Heartbeat} {
		l, err := net.Listen("tcp", a.IP+":0")
		if err != nil {
			return a, fmt.Errorf("no free port for the kernel: %w", err)
		}
		defer l.Close() // holds all five until the last one is known
		*port = l.Addr().(*net.TCPAddr).Port
	}
	return a, nil
}

// connect dials a kernel that is starting at a. The connection ends with ctx.
func connect(ctx context.Context, a address) (*connection, error) {
	options := []zmq4.Option{
		zmq4.WithDialerRetry(20 * time.Millisecond),
		zmq4.WithDialerMaxRetries(-1),
		zmq4.WithLogger(log.New(io.Discard, "", 0)),
	}
	c := &connection{
		shell:    zmq4.NewDealer(ctx, options...),
		control:  zmq4.NewDealer(ctx, options...),
		iopub:    zmq4.NewSub(ctx, options...),
		session:  rand.Text(),
		key:      []byte(a.Key),
		messages: make(chan message, 4096),
	}
	for _, s := range []struct {
		name   string
		socket zmq4.Socket
		port   int
	}{{"shell", c.shell, a.Shell}, {"control", c.control, a.Control}, {"iopub", c.iopub, a.IOPub}} {
		if err := s.socket.Dial(fmt.Sprintf("tcp://%s:%d", a.IP, s.port)); err != nil {
			c.close()
			return nil, fmt.Errorf("connecting to the kernel: %w", err)
		}
	}
	if err := c.iopub.SetOption(zmq4.OptionSubscribe, ""); err != nil {
		c.close()
		return nil, fmt.Errorf("listening to the kernel: %w", err)
	}
	go c.receive(ctx, "shell", c.shell)
	go c.receive(ctx, "control", c.control)
	go c.receive(ctx, "iopub", c.iopub)
	return c, nil
}

func (c *connection) close() error {
	return errors.Join(c.shell.Close(), c.control.Close(), c.iopub.Close())
}

// request sends a request and returns the msg_id that its answers carry as parent.
func (c *connection) request(socket zmq4.Socket, kind string, content any) (string, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.sent++
	id := fmt.Sprintf("%s-%d", c.session, c.sent)
	header, err := json.Marshal(map[string]string{"msg_id": id, "msg_type": kind, "session": c.session, "username": "hgn",
		"version": "5.3", "date": time.Now().UTC().Format(time.RFC3339Nano)})
	if err != nil {
		return "", err
	}
	body, err := json.Marshal(content)
	if err != nil {
		return "", err
	}
	empty := []byte("{}")
	msg := zmq4.NewMsgFrom(delimiter, c.sign(header, empty, empty, body), header, empty, empty, body)
	if err := socket.SendMulti(msg); err != nil {
		return "", fmt.Errorf("sending %s to the kernel: %w", kind, err)
	}
	return id, nil
}

// receive forwards a socket's messages until the socket is closed or ctx ends.
func (c *connection) receive(ctx context.Context, channel string, socket zmq4.Socket) {
	for {
		frames, err := socket.Recv()
		if err != nil || len(frames.Frames) == 0 { // a closed socket returns nothing, without an error
			return
		}
		m, ok := c.parse(channel, frames.Frames)
		if !ok {
			continue
		}
		select {
		case c.messages <- m:
		case <-ctx.Done():
			return
		}
	}
}

var delimiter = []byte("<IDS|MSG>")

// parse takes a wire message apart. It drops messages that are incomplete or not signed with the key.
func (c *connection) parse(channel string, frames [][]byte) (message, bool) {
	for len(frames) > 0 && !bytes.Equal(frames[0], delimiter) {
		frames = frames[1:] // routing prefix, topic
	}
	if len(frames) < 6 || !hmac.Equal(frames[1], c.sign(frames[2:6]...)) {
		return message{}, false
	}
	var header struct {
		Kind string `json:"msg_type"`
	}
	var parent struct {
		ID string `json:"msg_id"`
	}
	if json.Unmarshal(frames[2], &header) != nil || json.Unmarshal(frames[3], &parent) != nil {
		return message{}, false
	}
	return message{channel: channel, kind: header.Kind, parent: parent.ID, content: frames[5]}, true
}

func (c *connection) sign(parts ...[]byte) []byte {
	h := hmac.New(sha256.New, c.key)
	for _, p := range parts {
		h.Write(p)
	}
	return hex.AppendEncode(nil, h.Sum(nil))
}
