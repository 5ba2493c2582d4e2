package main

import (
	"os"
	"os/user"
	"testing"
)

// A home that is missing, as in services, or relative, is that of the system's list of users; another stays.
func TestSettleHome(t *testing.T) {
	me, err := user.Current()
	if err != nil || me.HomeDir == "" {
		t.Skip("the system knows no home")
	}
	mine := t.TempDir()
	for home, want := range map[string]string{"": me.HomeDir, "relative": me.HomeDir, mine: mine} {
		t.Setenv("HOME", home)
		if settleHome(); os.Getenv("HOME") != want {
			t.Errorf("HOME %q becomes %q, want %q", home, os.Getenv("HOME"), want)
		}
	}
}
