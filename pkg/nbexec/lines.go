package nbexec

import (
	"encoding/json"
	"strings"
)

// multiline is text that nbformat stores as one string or as a list of lines.
type multiline string

func (m *multiline) UnmarshalJSON(data []byte) error {
	var lines []string
	if json.Unmarshal(data, &lines) == nil {
		*m = multiline(strings.Join(lines, ""))
		return nil
	}
	return json.Unmarshal(data, (*string)(m))
}

func (m multiline) MarshalJSON() ([]byte, error) {
	lines := []string{}
	for line := range strings.Lines(string(m)) {
		lines = append(lines, line)
	}
	return encode(lines)
}

// joinLines turns the text of a MIME bundle, which may be lists of lines, into single strings.
func joinLines(data map[string]any) map[string]any {
	for mime, v := range data {
		if text, ok := joinText(v); ok && !isJSON(mime) {
			data[mime] = text
		}
	}
	return data
}

// joinText returns text that is one string or a list of lines.
func joinText(v any) (string, bool) {
	if text, ok := v.(string); ok {
		return text, true
	}
	lines, ok := v.([]any)
	var text strings.Builder
	for _, line := range lines {
		part, isText := line.(string)
		ok = ok && isText
		text.WriteString(part)
	}
	return text.String(), ok
}

// splitLines is the inverse of joinLines, for the MIME types that are text.
func splitLines(data map[string]any) map[string]any {
	split := make(map[string]any, len(data))
	for mime, v := range data {
		text, ok := v.(string)
		if ok && (strings.HasPrefix(mime, "text/") || mime == "image/svg+xml" || mime == "application/javascript") {
			split[mime] = multiline(text)
		} else {
			split[mime] = v
		}
	}
	return split
}
