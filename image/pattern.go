package image

import (
	"fmt"
	"regexp"
	"strings"
	"sync"
)

// words are what the placeholders of a tag pattern stand for. Each has one
// group: what the placeholder stands for in a template.
var words = map[string]string{
	"*":       `(.*?)`,
	"number":  `(` + number + `)`,
	"version": `(` + number + `|` + channel + `)`,
	"alpine":  `\balpine-?(\d+\.\d+)?(?:\.\d+)?\b`,
	"debian":  `\b(squeeze|wheezy|jessie|stretch|buster|bullseye|bookworm|trixie|forky|sid)\b`,
	"ubuntu": `\b(precise|trusty|xenial|bionic|focal|jammy|kinetic|lunar|mantic|noble|oracular|plucky|questing|` +
		`resolute|stonking)\b`,
}

// A version is a number, with what marks a release before its final one, or
// the name of a channel: node's code names are channels too.
const (
	number  = `v?\d+(?:[._+]\d+)*(?:u\d+)?(?:[-._]?(?:rc|RC|alpha|beta|ea|pre|preview|M|dev)[-.]?\d*|[abm]\d+)?`
	channel = `latest|current|stable|mainline|main|edge|nightly|beta|rc|tip|next|dev|innovation|lta|lts|` +
		`(?:lts-)?(?:argon|boron|carbon|dubnium|erbium|fermium|gallium|hydrogen|iron|jod|krypton)`
)

// pattern is a tag pattern: literal text, `*` for any run of characters, and
// the placeholders of words in angle brackets.
type pattern struct {
	text    string
	literal string                // the longest literal part: a tag without it cannot match
	re      func() *regexp.Regexp // compiled on first use: a run needs few of them
	holders []string              // what each capture group stands for: "*" or a word
}

var holder = regexp.MustCompile(`\*|<[a-z]+>`)

// compile reads a pattern, which must match a tag as a whole.
func compile(text string) (*pattern, error) {
	p := &pattern{text: text}
	var expr strings.Builder
	at := 0
	for _, span := range holder.FindAllStringIndex(text, -1) {
		p.add(&expr, text[at:span[0]])
		name := strings.Trim(text[span[0]:span[1]], "<>")
		class, known := words[name]
		if !known {
			return nil, fmt.Errorf("tag pattern %q: no such placeholder: <%s>", text, name)
		}
		expr.WriteString(class)
		p.holders = append(p.holders, name)
		at = span[1]
	}
	p.add(&expr, text[at:])
	p.re = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`^(?:` + expr.String() + `)$`) // quoted text and words only
	})
	return p, nil
}

func (p *pattern) add(expr *strings.Builder, literal string) {
	expr.WriteString(regexp.QuoteMeta(literal))
	if len(literal) > len(p.literal) {
		p.literal = literal
	}
}

// match returns what the placeholders stand for in tag, nil if it does not match.
func (p *pattern) match(tag string) []string {
	switch {
	case tag == "" || !strings.Contains(tag, p.literal):
		return nil
	case p.text == "*":
		return []string{tag}
	case len(p.holders) == 0:
		if tag != p.text {
			return nil
		}
		return []string{}
	}
	if found := p.re().FindStringSubmatch(tag); found != nil {
		return found[1:]
	}
	return nil
}

// expand fills the placeholders of a template with what a match found for
// them: the n-th one of a name stands for the n-th of that name in the
// pattern, and for nothing where the pattern has none.
func (p *pattern) expand(template string, found []string) string {
	if !strings.ContainsAny(template, "*<") {
		return template
	}
	used := map[string]int{}
	return holder.ReplaceAllStringFunc(template, func(name string) string {
		name = strings.Trim(name, "<>")
		n := used[name]
		used[name]++
		for i, have := range p.holders {
			if have == name {
				if n == 0 {
					return found[i]
				}
				n--
			}
		}
		return ""
	})
}

// label is the pattern as a message shows it: with what a tag has for the
// placeholders, "*" for a star.
func (p *pattern) label(found []string) string {
	i := -1
	return holder.ReplaceAllStringFunc(p.text, func(name string) string {
		i++
		switch name {
		case "*":
			return name
		case "<alpine>":
			return "alpine" + found[i]
		}
		return found[i]
	})
}
