"""Names that generated organisations draw from."""

from __future__ import annotations

FIRST_NAMES = (  # noqa: SIM905 - a list literal of this would be a page long
    "Aisha Ahmed Alice Amelia Ana André Anna Antonio Astrid Beatriz Ben Björn Camille Carlos "
    "Chen Chloé Clara Daniel David Dmitri Elena Emil Emma Erik Ewa Fatima Felix Fiona Francesca "
    "Gabriel George Giulia Grace Hannah Hassan Hugo Ingrid Isabel Ivan Jack Jakub James Jana "
    "Javier Jürgen Kaito Karl Katarzyna Kenji Klara Lars Laura Léa Lena Liam Lucía Lukas Maria "
    "Marie Mateo Mei Mia Mohammed Nadia Nina Noah Nora Olga Oliver Olivia Omar Paolo Paul Petra "
    "Priya Rafael Rahul Rosa Samuel Sara Sean Sofia Søren Stefan Tara Thomas Uma Valentina Vera "
    "Victor Wei William Yara Yusuf Zoë"
).split()
LAST_NAMES = (  # noqa: SIM905
    "Adams Ahmed Andersson Bauer Becker Bennett Bianchi Brown Carter Castro Chen Clark Cohen "
    "Costa Dubois Evans Fernández Fischer Fontaine García González Green Hansen Hoffmann Hughes "
    "Ivanova Jansen Johnson Jones Kaya Khan Kim Kowalski Kumar Larsen Lefèvre Lehmann Li López "
    "Martin Martínez Meyer Mitchell Moreau Müller Murphy Nakamura Nguyen Novak Nowak O'Brien "
    "Okafor Olsen Patel Pereira Petrov Popescu Quinn Ramos Rashid Rossi Ryan Sánchez Santos Sato "
    "Schmidt Schneider Silva Singh Smith Sørensen Suzuki Tanaka Taylor Thompson Tran Turner "
    "Van-Dijk Vargas Wagner Walker Wang Weber Weiß White Williams Wilson Wright Wu Yamamoto "
    "Yılmaz Young Zhang Zimmermann"
).split()
DEPARTMENTS = ("Customer Care", "Sales", "Claims", "Technical Support", "Back Office", "Retention")
CITIES = ("Berlin", "Dublin", "Kraków", "Lisboa", "Manila", "Austin", "Toronto", "Sydney")
SKILLS = ("Billing", "Claims", "Cancellations", "Chat", "E-mail", "Networks", "VIP", "Upselling")
LANGUAGES = ("English - Spoken", "German - Spoken", "French - Spoken", "Spanish - Spoken")
_TOPICS = (
    "Billing",
    "Claims",
    "Orders",
    "Returns",
    "Technical Support",
    "Sales",
    "Retention",
    "Complaints",
    "Appointments",
    "VIP",
)
QUEUE_NAMES = tuple(f"{t} {code}" for code in ("EN", "DE", "FR", "ES") for t in _TOPICS)
GROUP_NAMES = ("Night Shift", "Weekend Team", "Claims Experts", "New Joiners", "Home Office")
