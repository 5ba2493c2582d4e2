package notebook

import (
	"bytes"
	"embed"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"html"
	"image"
	"image/png"
	"os"
	"strings"

	"github.com/janpfeifer/gonb/gonbui/protocol"

	"hgn.local/pkg/plots"
)

// script holds the page's part of the controls.
//
//go:embed script
var script embed.FS

// livePage returns the HTML of a control: its picture, and the script that replaces the picture by the controls once
// the program has answered. A page without scripts, or a notebook that was saved meanwhile, shows the picture.
func livePage(c control, p *plots.Picture, alt, address string) (string, error) {
	name, config, err := c.script()
	if err != nil {
		return "", err
	}
	still, err := p.PNG()
	if err != nil {
		return "", err
	}
	texts := map[string]string{}
	for _, file := range []string{"style.css", "channel.js", "life.js", "draw.js", name + ".js"} {
		text, err := script.ReadFile("script/" + file)
		if err != nil {
			return "", err
		}
		texts[file] = string(text)
	}
	settings, err := json.Marshal(config) // < and > are escaped
	if err != nil {
		return "", err
	}
	where, err := json.Marshal(map[string]string{"kernel": os.Getenv(protocol.GONB_JUPYTER_KERNEL_ID_ENV), "address": address})
	if err != nil {
		return "", err
	}
	width, height := p.Size()
	var b strings.Builder
	fmt.Fprintf(&b, "<style>%s</style>\n", texts["style.css"])
	fmt.Fprintf(&b, `<div class="hgn-controls" id="%s"><img src="%s" alt="%s" width="%d" height="%d"></div>`+"\n",
		address, dataURL("image/png", still), html.EscapeString(alt), width, height)
	fmt.Fprintf(&b, "<script>(() => {\n%s%s%s%s", texts["channel.js"], texts["life.js"], texts["draw.js"], texts[name+".js"])
	fmt.Fprintf(&b, "live(document.getElementById(%q), Object.assign(%s, %s), %s);\n})();</script>", address, settings, where, name)
	return b.String(), nil
}

func dataURL(kind string, data []byte) string {
	return "data:" + kind + ";base64," + base64.StdEncoding.EncodeToString(data)
}

// pngURL returns an image as a page takes it.
func pngURL(img image.Image) (string, error) {
	var b bytes.Buffer
	err := (&png.Encoder{CompressionLevel: png.BestSpeed}).Encode(&b, img)
	return dataURL("image/png", b.Bytes()), err
}

// shades is the distance between the values of a channel in a sheet of frames: learned frames are never quite flat, and
// rounded by at most half of it, which nobody sees, their PNG is half as large and follows a knob the faster.
const shades = 4

// frameSheet puts frames of size x size pixels into one image, in rows of columns, with rounded colours.
func frameSheet(frames [][]uint8, size, columns int) image.Image {
	rows := (len(frames) + columns - 1) / columns
	img := image.NewNRGBA(image.Rect(0, 0, columns*size, rows*size))
	for i := range img.Pix {
		img.Pix[i] = 0xff // opaque: a PNG without alpha
	}
	for k, frame := range frames {
		x0, y0 := k%columns*size, k/columns*size
		for y := range size {
			to := img.Pix[img.PixOffset(x0, y0+y):]
			for x := range size {
				for k, v := range frame[3*(y*size+x):][:3] {
					to[4*x+k] = uint8(min((int(v)+shades/2)/shades*shades, 0xff))
				}
			}
		}
	}
	return img
}
