package render

import (
	"math"
	"math/rand/v2"

	"hgn.local/pkg/physics"
)

// Camera films bodies as a camera on a tripod does: from the side, so that shapes are seen in perspective; before a wall of
// planks that a lamp lights unevenly, on which the bodies cast a shadow; with an exposure that blurs what moves; and with the
// noise of a sensor. Bodies move in the plane z = 0, and the wall is behind it.
type Camera struct {
	Width, Height int     // pixels of a picture
	Extent        float64 // half height of what the camera sees, in world units
	Noise         float64 // standard deviation of the sensor's noise in levels of 255, at full light; it falls with the root of the light
	Seed          uint64  // of the noise and the planks
}

// The scene, in units of Extent.
const (
	cameraX, cameraY, cameraZ = 1.6, 0.5, 4.0 // the camera's place; it looks at the origin
	wallZ                     = -0.35         // the wall
	lampX, lampY              = -0.7, 0.8     // the place on the wall that is lit best
	shadowX, shadowY          = 0.22, -0.16   // how far a shadow lies from its body
	shadowDepth, plankWidth   = 0.4, 0.37     // light that a shadow takes; width of a plank
	ambient                   = 0.35          // light far from the lamp
)

// normals is the number of normally distributed values from which the noise is drawn, which is faster than a new one each time.
const normals = 1 << 14

// Shot prepares the camera and returns a function that writes picture i, [Height, Width, 3], of bodies. It blends the given
// moments of the exposure.
func (c Camera) Shot() func(i int, moments [][]physics.Disk, rgb []uint8) {
	n := c.Width * c.Height
	plane, shading := make([][2]float64, n), make([][2]float64, n) // where a body covers the pixel, and where it shades it
	back := make([][3]float64, n)
	light := make([]float64, n)
	for k := range n {
		wall := c.through(k, wallZ*c.Extent)
		plane[k], shading[k] = c.through(k, 0), [2]float64{wall[0] - shadowX*c.Extent, wall[1] - shadowY*c.Extent}
		x, y := wall[0]/c.Extent, wall[1]/c.Extent
		light[k] = ambient + (1-ambient)/(1+0.8*((x-lampX)*(x-lampX)+(y-lampY)*(y-lampY)))
		back[k] = c.planks(x, y)
	}
	pixel := 2 * c.Extent / float64(c.Height)
	edge := 6 * pixel // of shadows
	normal := make([]float64, normals)
	for k, random := 0, rand.New(rand.NewPCG(c.Seed, 0)); k < normals; k++ {
		normal[k] = random.NormFloat64()
	}
	return func(i int, moments [][]physics.Disk, rgb []uint8) {
		reach, whole := []box(nil), nothing
		for _, disks := range moments {
			reach = append(reach, around(disks, edge))
			whole = whole.and(reach[len(reach)-1])
		}
		random := rand.NewPCG(c.Seed, uint64(i))
		for k := range n {
			at, behind := plane[k], shading[k]
			seen := moments
			if !whole.holds(at) && !whole.holds(behind) {
				seen = moments[:1] // all are alike
			}
			var sum [3]float64
			for m, disks := range seen {
				color, bright := back[k], light[k]
				if reach[m].holds(behind) {
					for _, d := range disks {
						depth, _, _ := inside(d, behind)
						bright *= 1 - shadowDepth*share(depth, edge)
					}
				}
				for ch := range color {
					color[ch] *= bright
				}
				if reach[m].holds(at) {
					for _, d := range disks {
						c.cover(&color, d, at, light[k], pixel)
					}
				}
				for ch := range sum {
					sum[ch] += color[ch]
				}
			}
			draw := random.Uint64()
			for ch := range sum {
				v := sum[ch] / float64(len(seen))
				v += c.Noise * math.Sqrt(max(0, v)/255) * normal[draw>>(16*ch)%normals]
				rgb[3*k+ch] = uint8(min(255, max(0, v+0.5)))
			}
		}
	}
}

// cover blends a body over the colour of the point at.
func (c Camera) cover(color *[3]float64, d physics.Disk, at [2]float64, light, pixel float64) {
	depth, nx, ny := inside(d, at)
	if a := share(depth, pixel); a > 0 {
		shine := lit(nx, ny) * (0.4 + 0.6*light)
		for ch := range color {
			color[ch] += a * (float64(d.Color[ch])*shine - color[ch])
		}
	}
}

// box is a rectangle of world coordinates.
type box struct{ left, right, bottom, top float64 }

var nothing = box{math.Inf(1), math.Inf(-1), math.Inf(1), math.Inf(-1)}

// and returns the smallest rectangle that holds both.
func (b box) and(o box) box {
	return box{min(b.left, o.left), max(b.right, o.right), min(b.bottom, o.bottom), max(b.top, o.top)}
}

// around returns the rectangle that holds all bodies with a margin.
func around(disks []physics.Disk, margin float64) box {
	b := nothing
	for _, d := range disks {
		r := d.Radius + margin
		b = b.and(box{min(d.X, d.X+d.Along[0]) - r, max(d.X, d.X+d.Along[0]) + r, min(d.Y, d.Y+d.Along[1]) - r, max(d.Y, d.Y+d.Along[1]) + r})
	}
	return b
}

func (b box) holds(at [2]float64) bool {
	return at[0] > b.left && at[0] < b.right && at[1] > b.bottom && at[1] < b.top
}

// through returns the point (x, y) at the depth z that the camera shows in pixel k.
func (c Camera) through(k int, z float64) [2]float64 {
	at := [3]float64{cameraX * c.Extent, cameraY * c.Extent, cameraZ * c.Extent}
	distance := math.Sqrt(at[0]*at[0] + at[1]*at[1] + at[2]*at[2])
	forward := [3]float64{-at[0] / distance, -at[1] / distance, -at[2] / distance}
	flat := math.Hypot(forward[0], forward[2])
	right := [3]float64{-forward[2] / flat, 0, forward[0] / flat}
	up := [3]float64{-forward[0] * forward[1] / flat, flat, -forward[2] * forward[1] / flat}
	// At the distance of the origin the picture is 2 Extent high.
	u := (float64(k%c.Width) + 0.5 - float64(c.Width)/2) * 2 * c.Extent / float64(c.Height) / distance
	v := (float64(c.Height)/2 - float64(k/c.Width) - 0.5) * 2 * c.Extent / float64(c.Height) / distance
	var ray [3]float64
	for d := range ray {
		ray[d] = forward[d] + u*right[d] + v*up[d]
	}
	s := (z - at[2]) / ray[2]
	return [2]float64{at[0] + s*ray[0], at[1] + s*ray[1]}
}

// planks returns the colour of the wall.
func (c Camera) planks(x, y float64) [3]float64 {
	plank := math.Floor(x / plankWidth)
	within := x/plankWidth - plank
	tone := 0.8 + 0.2*hashed(c.Seed, int(plank), 0)
	grain := smooth(c.Seed, 9*x+40*plank, 1.3*y) + 0.5*smooth(c.Seed+1, 40*x, 4*y)
	tone *= 0.85 + 0.2*grain
	if within < 0.04 {
		tone *= 0.55
	}
	return [3]float64{205 * tone, 178 * tone, 142 * tone}
}

// smooth is a noise from 0 to 1 between whole numbers.
func smooth(seed uint64, x, y float64) float64 {
	i, j := math.Floor(x), math.Floor(y)
	u, v := x-i, y-j
	u, v = u*u*(3-2*u), v*v*(3-2*v)
	at := func(a, b int) float64 { return hashed(seed, int(i)+a, int(j)+b) }
	return (at(0, 0)*(1-u)+at(1, 0)*u)*(1-v) + (at(0, 1)*(1-u)+at(1, 1)*u)*v
}

// hashed is a number from 0 to 1 that depends on the arguments only.
func hashed(seed uint64, i, j int) float64 {
	return rand.New(rand.NewPCG(seed, uint64(i)<<32^uint64(uint32(j)))).Float64()
}

// inside returns how far a point lies within a body, negative outside of it, and where it lies on the body, from -1 to 1
// across.
func inside(d physics.Disk, at [2]float64) (depth, nx, ny float64) {
	x, y := at[0]-d.X, at[1]-d.Y
	if length2 := d.Along[0]*d.Along[0] + d.Along[1]*d.Along[1]; length2 > 0 {
		along := min(1, max(0, (x*d.Along[0]+y*d.Along[1])/length2))
		x, y = x-along*d.Along[0], y-along*d.Along[1]
	}
	return d.Radius - math.Sqrt(x*x+y*y), x / d.Radius, y / d.Radius
}

// share is how much of a pixel a body covers whose edge is so wide.
func share(depth, edge float64) float64 {
	u := min(1, max(0, 0.5+depth/edge))
	return u * u * (3 - 2*u)
}

// lit is the light of a ball that is lit from the upper left, in front.
func lit(nx, ny float64) float64 {
	nz := math.Sqrt(max(0, 1-nx*nx-ny*ny))
	lambert := max(0, -0.45*nx+0.55*ny+0.7*nz)
	gloss := lambert * lambert
	gloss *= gloss
	gloss *= gloss
	return 0.45 + 0.6*lambert + 0.35*gloss*gloss
}
