package nbexec

import (
	"fmt"
	"regexp"
	"strings"
)

// CellError is the failure of a cell.
type CellError struct {
	Cell    int    // 1 is the first code cell
	Line    string // first line of the cell
	Message string // why it failed, in one line
	Err     error  // the cause, if it was not the cell itself: cancellation, timeout, the end of the kernel
}

func (e *CellError) Error() string {
	return fmt.Sprintf("cell %d (%s): %s", e.Cell, e.Line, e.Message)
}

func (e *CellError) Unwrap() error { return e.Err }

var (
	// exitRemark matches the message that GoNB writes when a program ended badly. For a shell command it writes
	// nothing else.
	exitRemark = regexp.MustCompile(`^(\^C\n)?((?:exit status|signal:) .+)\n$`)
	// unknownRemark matches the message about an unknown special command. GoNB does not mark the cell as failed.
	unknownRemark = regexp.MustCompile(`^"(%.*)" unknown or not implemented yet\.$`)
	// These match the place of a compiler error in GoNB's temporary file, and in the cell.
	filePlace = regexp.MustCompile(`^\S*\.go:\d+(?::\d+)?:\s*`)
	cellPlace = regexp.MustCompile(`Cell\[\d+\]: Line (\d+)`)
)

// quietFailure finds a failure that GoNB does not report as one: a shell command with a non-zero exit status, or an
// unknown special command. It returns "" if there is none.
func quietFailure(source string, written []string, proxySet bool) string {
	shell, special := false, false
	for line := range strings.Lines(source) {
		line = strings.TrimPrefix(line, "//gonb:")
		shell = shell || strings.HasPrefix(line, "!") || strings.HasPrefix(line, "%%bash") ||
			strings.HasPrefix(line, "%%sh") || strings.HasPrefix(line, "%%script")
		special = special || strings.HasPrefix(line, "%")
	}
	for i, text := range written {
		if m := exitRemark.FindStringSubmatch(text); shell && m != nil {
			if said := lastLines(plainText(strings.Join(written[:i], "")), 1); said != "" {
				return fmt.Sprintf("a shell command failed (%s): %s", m[2], moduleAdvice(said, proxySet))
			}
			return fmt.Sprintf("a shell command failed (%s)", m[2])
		}
		if m := unknownRemark.FindStringSubmatch(text); special && m != nil {
			return fmt.Sprintf("unknown special command %s", m[1])
		}
	}
	return ""
}

// failureMessage condenses a failed cell to one line: the compiler's first error, the panic, or the program's last
// output before it exited.
func failureMessage(value string, traceback, written []string, proxySet bool) string {
	value = plainText(value)
	if !exitRemark.MatchString(value + "\n") {
		return compilerMessage(value, plainText(strings.Join(traceback, "\n")), proxySet)
	}
	last := ""
	for line := range strings.Lines(plainText(strings.Join(written, ""))) {
		line = strings.TrimSpace(line)
		switch {
		case strings.HasPrefix(line, "panic:"):
			return line
		case line != "" && !exitRemark.MatchString(line+"\n") && !isNoise(line):
			last = line
		}
	}
	if last == "" {
		return value
	}
	return fmt.Sprintf("%s (%s)", last, strings.TrimSpace(value))
}

// importChain matches a chain of imports, which the go command writes over several lines, with the fault at its end.
var importChain = regexp.MustCompile(`\b(imports|tested by)\s*\n\s+`)

// noise matches lines in which the go command only reports its progress, and warnings of compilers.
var noise = regexp.MustCompile(`^(?:#|go: (?:downloading|extracting|finding|found|added|upgraded|downgraded|removed|trying|switched|warning:) ?` +
	`|go: upgrading to|go: to switch|failed to run |exit status \d|warning:|(?:\S+:\d+:(?:\d+:)? |\S+: )(?:warning|note): |In file included from |In function |` +
	`\S+: In function )`)

func isNoise(line string) bool { return noise.MatchString(line) }

func withoutNoise(text string) string {
	var kept strings.Builder
	for line := range strings.Lines(text) {
		if !isNoise(strings.TrimSpace(line)) {
			kept.WriteString(line)
		}
	}
	return kept.String()
}

// lookedElsewhere matches messages about a module that the checkout does not have.
var (
	lookedElsewhere = regexp.MustCompile(`module lookup disabled by GOPROXY=off|cannot find module providing package (\S+)|imports (\S+) from implicitly required module`)
	setsProxy       = regexp.MustCompile(`(?m)^(?://gonb:)?%[ \t]*env[ \t]+"?GOPROXY`)
	waysIn          = regexp.MustCompile(`^go: gonb_\w+(?: imports|: package gonb_\w+ imports) `)
)

// compilerMessage returns the first error, with its line in the cell instead of the one in GoNB's temporary file.
func compilerMessage(value, traceback string, proxySet bool) string {
	value = importChain.ReplaceAllString(value, "$1 ")
	for line := range strings.Lines(value) {
		line = strings.TrimSpace(line)
		if line == "" || isNoise(line) {
			continue
		}
		text := filePlace.ReplaceAllString(line, "")
		if at := cellPlace.FindStringSubmatch(traceback); at != nil && text != line {
			text = "line " + at[1] + ": " + text
		}
		return moduleAdvice(shorten(text, 300), proxySet)
	}
	return strings.TrimSpace(value)
}

// moduleAdvice says how a notebook can get a module that the checkout does not have.
func moduleAdvice(text string, proxySet bool) string {
	found := lookedElsewhere.FindStringSubmatch(text)
	if found == nil {
		return text
	}
	text = waysIn.ReplaceAllString(text, "")
	if implicit := found[2]; implicit != "" && !proxySet { // the checkout requires the module, but no package in it imports this one
		text = implicit + ": module lookup disabled by GOPROXY=off"
	}
	switch pkg := found[1] + found[2]; {
	case pkg == modulePath() || strings.HasPrefix(pkg, modulePath()+"/"):
		return text
	case proxySet:
		return text
	}
	return text + " (for a module that the checkout does not have, add a cell %env GOPROXY=direct before the import)"
}
