package lsp

import (
	"encoding/json"
	"io"
	"sync"

	"github.com/creachadair/jrpc2/channel"
)

// inOrder hands on a message only when the request before it was answered: the
// library runs a notification aside from the requests before it, and the protocol
// wants effects in the order of the messages.
type inOrder struct {
	channel.Channel
	answered chan struct{} // one for each answer that was sent
	done     chan struct{} // closed with the channel
	close    sync.Once
	waiting  bool // the last message handed on was a request
}

func newInOrder(c channel.Channel) *inOrder {
	return &inOrder{Channel: c, answered: make(chan struct{}, 1), done: make(chan struct{})}
}

// envelope tells the kinds of message apart.
type envelope struct {
	ID     json.RawMessage `json:"id"`
	Method string          `json:"method"`
}

// numbered reports whether there is an id: null counts as none.
func (e envelope) numbered() bool { return e.ID != nil && string(e.ID) != "null" }

// Recv implements channel.Channel.
func (c *inOrder) Recv() ([]byte, error) {
	if c.waiting {
		select {
		case <-c.answered:
		case <-c.done:
			return nil, io.EOF
		}
	}
	data, err := c.Channel.Recv()
	var e envelope
	c.waiting = err == nil && json.Unmarshal(data, &e) == nil && e.numbered() && e.Method != ""
	return data, err
}

// Send implements channel.Channel.
func (c *inOrder) Send(data []byte) error {
	err := c.Channel.Send(data)
	var e envelope
	if json.Unmarshal(data, &e) == nil && e.numbered() && e.Method == "" {
		select {
		case c.answered <- struct{}{}:
		default: // nobody waits: an answer to what was no request
		}
	}
	return err
}

// Close implements channel.Channel.
func (c *inOrder) Close() error {
	c.close.Do(func() { close(c.done) })
	return c.Channel.Close()
}
